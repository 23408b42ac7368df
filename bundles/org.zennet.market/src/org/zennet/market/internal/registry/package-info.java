/** The registry of plug-ins: the only code that holds references to services that may vanish, and calls them. */
package org.zennet.market.internal.registry;
