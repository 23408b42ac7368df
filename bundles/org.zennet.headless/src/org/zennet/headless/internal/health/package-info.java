/** How a process is, for machines that watch it. */
package org.zennet.headless.internal.health;
