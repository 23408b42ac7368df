/** Projects that people start from. */
package org.zennet.headless.internal.scaffold;
