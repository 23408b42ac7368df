/** What is in a container: image archives unpacked, programs over the host's own /usr, and a cache of both. */
package org.zennet.virtualization.sandbox.internal.image;
