/** Amounts, keys, hashes, usage and rates: the values that every part of Zennet shares. */
@Export
@Version("1.0.0")
package org.zennet.api.value;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
