/** The meter of containers: reads control groups, of version 1 and 2, through files that stay open. */
@Export
@Version("1.0.0")
package org.zennet.virtualization.cgroup;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
