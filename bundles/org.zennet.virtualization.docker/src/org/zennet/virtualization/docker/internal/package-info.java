/** The container backend on a Docker engine. */
package org.zennet.virtualization.docker.internal;
