/** The identity key of this process: its file and its service. */
package org.zennet.network.internal.identity;
