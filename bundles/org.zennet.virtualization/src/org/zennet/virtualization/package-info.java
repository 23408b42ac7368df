/** What container backends share: outcomes that are kept, words for people. */
@Export
@Version("1.0.0")
package org.zennet.virtualization;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
