/** What a plug-in implements to compare results. */
@Export
@Version("2.0.0")
package org.zennet.api.verification;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
