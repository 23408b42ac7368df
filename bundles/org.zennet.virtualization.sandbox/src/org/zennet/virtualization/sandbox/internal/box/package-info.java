/** One container as the keeper holds it: its groups, its disk, its first process, its programs. */
package org.zennet.virtualization.sandbox.internal.box;
