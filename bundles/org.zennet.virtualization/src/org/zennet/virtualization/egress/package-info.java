/** Networks of containers: a namespace for each, what it may reach, and what moves through it. */
@Export
@Version("1.0.0")
package org.zennet.virtualization.egress;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
