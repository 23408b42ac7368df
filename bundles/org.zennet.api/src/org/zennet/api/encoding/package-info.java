/** The one canonical encoding of everything that is hashed, signed, sent or stored. See docs/encoding.md. */
@Export
@Version("1.0.0")
package org.zennet.api.encoding;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
