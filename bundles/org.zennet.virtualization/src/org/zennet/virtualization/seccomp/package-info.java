/** The filter of system calls, as a program for the kernel's packet filter machine that this code emits itself. */
@Export
@Version("1.0.0")
package org.zennet.virtualization.seccomp;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
