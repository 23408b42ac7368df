/** Connections over TLS 1.3 and the streams that share them. See docs/network.md. */
package org.zennet.network.internal.transport;
