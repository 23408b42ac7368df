package org.zennet.workbench.internal.model;

/**
 * One line of the Properties view.
 *
 * @param group under which it stands
 * @param name  of the property
 * @param value as people read it
 */
public record Detail(String group, String name, String value) { }
