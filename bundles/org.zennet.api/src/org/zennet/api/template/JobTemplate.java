package org.zennet.api.template;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of job that people fill in: it names its parameters and makes a job file of their values. Registered as a service with
 * the property {@link #ID}.
 *
 * <p>Called from a worker thread, one call at a time per instance, at most {@value #TIME_LIMIT_MILLIS} ms; a call that throws or
 * takes longer puts the template into quarantine, and another of the same id is asked. It keeps nothing between calls: the same
 * values give the same text. A template that vanishes during a call still answers it; files that it made stay what they are.
 */
@ConsumerType
public interface JobTemplate {
    /** Service property: the id that {@code zennet job template} takes, such as {@code array}. */
    String ID = "org.zennet.template.id";
    /** Service property: a title for people. */
    String LABEL = "org.zennet.template.label";
    /** The time that one call may take, in milliseconds. */
    long TIME_LIMIT_MILLIS = 1000;
    /** The most parameters. */
    int MAX_PARAMETERS = 64;
    /** The most characters of a job file. */
    int MAX_TEXT = 128 * 1024;

    /** What it is for: one or two sentences, at most 500 characters. */
    String description();

    /** What it is filled in with, in the order in which people are asked; at most {@value #MAX_PARAMETERS}. Never changes. */
    List<TemplateParameter> parameters();

    /**
     * The job file (YAML) for these values. The caller saw to it that each parameter has a value that its type allows, the default
     * where none was given; one that is optional and was left empty has none.
     *
     * @param values by the names of the parameters
     * @return at most {@value #MAX_TEXT} characters
     */
    String render(Map<String, String> values);
}
