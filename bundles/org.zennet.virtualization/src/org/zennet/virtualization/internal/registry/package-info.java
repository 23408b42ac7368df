/** Images of registries, as the OCI distribution specification 1.1 and Docker's registries serve them. */
package org.zennet.virtualization.internal.registry;
