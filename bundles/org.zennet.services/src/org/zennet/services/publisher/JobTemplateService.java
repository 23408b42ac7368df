package org.zennet.services.publisher;

import java.util.List;
import java.util.Map;
import org.zennet.api.template.TemplateParameter;
import org.zennet.services.Rejected;

/** The job templates that are present now: built-in ones and those of plug-ins. Thread-safe. */
public interface JobTemplateService {
    /** All that are in order, by ranking, then age. A template whose description can't be had is left out. */
    List<Template> templates();

    /**
     * Makes a job file.
     *
     * @param values by the names of the parameters; what is left out or blank gets the default
     * @return its text (YAML); whether the files that it names are there is for {@link JobFileService#check} to say
     * @throws Rejected with all that is wrong with the values, a line for each, or why there is no such template
     */
    String render(String id, Map<String, String> values) throws Rejected;

    /**
     * One template.
     *
     * @param title       for people
     * @param description what it is for
     * @param bundle      the symbolic name of its bundle
     * @param version     of its bundle
     * @param parameters  in the order in which people are asked
     */
    record Template(String id, String title, String description, String bundle, String version, List<TemplateParameter> parameters) {
        /** Copies the list. */
        public Template {
            parameters = List.copyOf(parameters);
        }
    }
}
