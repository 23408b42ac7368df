/** What a desktop has done in processes of its own: a provider, and what measures the machine. */
package org.zennet.headless.internal.beside;
