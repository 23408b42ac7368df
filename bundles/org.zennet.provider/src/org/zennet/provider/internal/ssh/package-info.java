/** Logins over SSH into the containers of leases. Nothing here listens on a port: the bytes come over the publisher's connection. */
package org.zennet.provider.internal.ssh;
