/** Identity, authenticated transport, peers. Everything here is called through {@code org.zennet.services}. */
package org.zennet.network;
