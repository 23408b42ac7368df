package org.zennet.api.encoding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The most bytes of a text or byte array, or the most elements of a list, in an encoded record. Required there. */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Limit {
    /** The limit, in UTF-8 bytes, bytes or elements. */
    int value();

    /** For a list of texts or byte arrays: the limit of each element. */
    int each() default 0;
}
