package org.zennet.liar;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What it lies about. */
@ObjectClassDefinition(name = "Liar", description = "A test plug-in")
@interface Config {
    /** The configuration's name. */
    String PID = "liar";
    /** One digit of each output. */
    String OUTPUT = "output";
    /** Everything that is metered. */
    String METER = "meter";

    /** Either of both. */
    @AttributeDefinition(name = "Lie", options = {@Option(label = "output", value = OUTPUT), @Option(label = "meter", value = METER)}) String lie() default OUTPUT;

    /** What a meter that lies says, in thousandths of the truth. */
    @AttributeDefinition(name = "Factor, thousandths", min = "1", max = "1000000") int factor() default 3000;
}
