/** What travels over a connection: frames and the records of the handshake. No I/O here. See docs/network.md. */
package org.zennet.network.internal.wire;
