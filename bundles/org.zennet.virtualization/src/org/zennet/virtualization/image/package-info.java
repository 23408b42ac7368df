/** Image archives, as {@code docker save} writes them or in the OCI layout, read and checked before anybody unpacks them. */
@Export
@Version("1.0.0")
package org.zennet.virtualization.image;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
