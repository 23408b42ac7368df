/** Containers without an engine: namespaces, system call filter, control groups, a user of their own. */
package org.zennet.virtualization.sandbox.internal;
