package org.zennet.publisher.internal.template;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.template.JobTemplate;
import org.zennet.api.template.TemplateParameter;

/** {@code array}: one program, run many times with another index. */
@Component(name = "org.zennet.template.array", service = JobTemplate.class,
        property = {JobTemplate.ID + "=array", JobTemplate.LABEL + "=Independent tasks", "service.ranking:Integer=-1000"})
public final class ArrayTemplate implements JobTemplate {
    private static final List<TemplateParameter> PARAMETERS = JobText.all(JobText.code("array"), JobText.tasks("${index}"), JobText.limits());

    @Override
    public String description() {
        return "One program, run many times with another index: a sweep over parameters or seeds. The result is what each task left.";
    }

    @Override
    public List<TemplateParameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public String render(Map<String, String> values) {
        return new JobText(values).head("Runs a program once for each index").tasks().machines().toString();
    }
}
