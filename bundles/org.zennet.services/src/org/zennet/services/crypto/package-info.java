/** Signatures and identity, as ports. */
@Export
@Version("1.0.0")
package org.zennet.services.crypto;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
