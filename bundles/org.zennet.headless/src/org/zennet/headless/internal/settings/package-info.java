/** Settings: what bundles describe by their metatype, and the layers that values come from. */
package org.zennet.headless.internal.settings;
