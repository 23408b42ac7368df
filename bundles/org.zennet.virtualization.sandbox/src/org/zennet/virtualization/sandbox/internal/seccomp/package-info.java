/** The filter of system calls, as a program for the kernel's packet filter machine that this code emits itself. */
package org.zennet.virtualization.sandbox.internal.seccomp;
