/** What can be set in this process, with words, ranges and where each value comes from. */
@Export
@Version("1.0.0")
package org.zennet.services.settings;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
