/** Durable maps on H2's MVStore: a commit that syncs, a schema version, a backup. */
@Export
@Version("1.0.0")
package org.zennet.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
