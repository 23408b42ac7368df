/** The built-in job templates. */
package org.zennet.publisher.internal.template;
