package org.zennet.publisher.internal.template;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.template.JobTemplate;
import org.zennet.api.template.TemplateParameter;
import org.zennet.api.template.TemplateParameter.Type;

/** {@code map-reduce}: many tasks, and a step that reads what they wrote. */
@Component(name = "org.zennet.template.map-reduce", service = JobTemplate.class,
        property = {JobTemplate.ID + "=map-reduce", JobTemplate.LABEL + "=Map and reduce", "service.ranking:Integer=-1000"})
public final class MapReduceTemplate implements JobTemplate {
    private static final List<TemplateParameter> PARAMETERS = JobText.all(JobText.code("map-reduce"), JobText.tasks("map ${index}"),
            List.of(TemplateParameter.preset("reduce-args", "Arguments of the last step", "of the same program", Type.WORDS, "reduce"),
                    TemplateParameter.preset("reduce-timeout", "Time limit of the last step", "", Type.DURATION, "60s"),
                    TemplateParameter.choice("extract", "Unpack its output", "tar where the last step writes an archive of files", List.of("none", "tar"))),
            JobText.limits());

    @Override
    public String description() {
        return "Many tasks, and a last step of the same program that reads what all of them wrote to standard output, in the order of their indices.";
    }

    @Override
    public List<TemplateParameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public String render(Map<String, String> values) {
        return new JobText(values).head("Runs a program once for each index, and once more over all outputs").tasks().reduce().machines().toString();
    }
}
