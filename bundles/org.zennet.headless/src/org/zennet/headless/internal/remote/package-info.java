/** Headless machines elsewhere, by the system's own ssh. */
package org.zennet.headless.internal.remote;
