/** The owner of this machine comes first. */
package org.zennet.provider.internal.owner;
