package org.zennet.virtualization.docker.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.TaskSpec;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.image.ImageArchive;

/** Command lines and environments of what runs in a container: the image's, and what is asked for over them. */
record Words(ImageArchive.Program program) {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    List<String> line(TaskSpec task) throws ContainerException {
        List<String> line = program.line(task);
        if (line.isEmpty()) {
            throw new ContainerException("the image has no command: name one in the task's arguments");
        }
        return checked(line, "an argument");
    }

    /** Of a program beside the task; without one, the image's shell. */
    List<String> line(ExecSpec spec) throws ContainerException {
        return spec.command().isEmpty() ? List.of(Profile.INIT, "shell") : checked(spec.command(), "a word of the command");
    }

    private static List<String> checked(List<String> line, String what) throws ContainerException {
        for (String w : line) {
            if (w.indexOf('\0') >= 0) {
                throw new ContainerException(what + " holds a NUL");
            }
        }
        return line;
    }

    /** The image's environment, the home directory, and what is asked for over both. */
    List<String> environment(Map<String, String> over) throws ContainerException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("PATH", PATH);
        for (String e : program.environment()) {
            int eq = e.indexOf('=');
            if (eq > 0) {
                all.put(e.substring(0, eq), e.substring(eq + 1));
            }
        }
        all.put("HOME", Profile.WORK);
        for (Map.Entry<String, String> e : over.entrySet()) {
            if (e.getKey().isEmpty() || e.getKey().indexOf('=') >= 0 || (e.getKey() + e.getValue()).indexOf('\0') >= 0) {
                throw new ContainerException("not a name for the environment: '" + Texts.line(e.getKey()) + "'");
            }
            all.put(e.getKey(), e.getValue());
        }
        List<String> words = new ArrayList<>();
        all.forEach((k, v) -> words.add(k + "=" + v));
        return words;
    }
}
