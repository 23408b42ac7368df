package org.zennet.market.internal.registry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.template.JobTemplate;
import org.zennet.api.template.TemplateParameter;
import org.zennet.api.value.Amount;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.JobTemplateService.Template;

/** Asks job templates, and checks the values before they do. */
final class Templates {
    private static final String NOUN = "job template";
    private static final int DESCRIPTION = 500;
    private static final int LINE = 200;
    private static final int MAX_VALUE = 4000;
    private static final String NAME = "[a-z][a-z0-9-]{0,39}";

    private final Shelf<JobTemplate> shelf;
    private final Caller<JobTemplate> caller;

    Templates(Shelf<JobTemplate> shelf, Caller<JobTemplate> caller) {
        this.shelf = shelf;
        this.caller = caller;
    }

    List<Template> templates() {
        Map<String, Template> all = new LinkedHashMap<>();
        for (Entry<JobTemplate> entry : shelf.ordered()) {
            if (entry.isActive() && !all.containsKey(entry.id())) {
                try {
                    all.put(entry.id(), template(entry));
                } catch (Rejected e) {
                    // it is in quarantine now, and the registry says why
                }
            }
        }
        return List.copyOf(all.values());
    }

    String render(String id, Map<String, String> given) throws Rejected {
        Entry<JobTemplate> entry = caller.entry(id, NOUN);
        Map<String, String> values = values(template(entry), given);
        return caller.call(entry, t -> t.render(values), text -> {
            need(!text.isBlank(), "an empty job file");
            need(text.length() <= JobTemplate.MAX_TEXT, "a job file of " + text.length() + " characters, more than " + JobTemplate.MAX_TEXT);
            return text;
        });
    }

    private Template template(Entry<JobTemplate> entry) throws Rejected {
        return caller.call(entry, t -> new Template(entry.id(), entry.info().label(), t.description(), entry.origin.bundle(),
                entry.origin.version(), t.parameters()), Templates::checked);
    }

    private static Template checked(Template t) {
        need(t.description() != null, "no description");
        need(t.parameters().size() <= JobTemplate.MAX_PARAMETERS, t.parameters().size() + " parameters, more than " + JobTemplate.MAX_PARAMETERS);
        Set<String> names = new HashSet<>();
        for (TemplateParameter p : t.parameters()) {
            need(p.name() != null && p.name().matches(NAME), "a parameter whose name is none: '" + p.name() + "'");
            need(names.add(p.name()), "two parameters named '" + p.name() + "'");
            need(p.title() != null && p.description() != null && p.type() != null && p.fallback() != null, "parameter " + p.name() + " lacks a part");
            need((p.type() == TemplateParameter.Type.CHOICE) != p.choices().isEmpty(), "parameter " + p.name() + " whose choices don't fit its type");
            p.fallback().flatMap(v -> problem(p, v)).ifPresent(why -> need(false, "parameter " + p.name() + " whose default " + why));
        }
        return new Template(t.id(), t.title(), Guard.line(t.description(), DESCRIPTION), t.bundle(), t.version(), t.parameters().stream()
                .map(p -> new TemplateParameter(p.name(), Guard.line(p.title(), LINE), Guard.line(p.description(), LINE), p.type(), p.required(),
                        p.fallback(), p.choices())).toList());
    }

    private static Map<String, String> values(Template template, Map<String, String> given) throws Rejected {
        List<String> problems = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>();
        for (TemplateParameter p : template.parameters()) {
            Optional<String> value = Optional.ofNullable(given.get(p.name())).map(String::strip).filter(v -> !v.isEmpty()).or(p::fallback);
            if (value.isEmpty() && p.required()) {
                problems.add(p.name() + ": is missing (" + p.title() + ")");
            }
            value.flatMap(v -> problem(p, v)).ifPresent(why -> problems.add(p.name() + ": " + why));
            value.ifPresent(v -> values.put(p.name(), v));
        }
        for (String name : given.keySet()) {
            if (template.parameters().stream().noneMatch(p -> p.name().equals(name))) {
                problems.add(Guard.line(name, 40) + ": unknown; known here: "
                        + String.join(", ", template.parameters().stream().map(TemplateParameter::name).toList()));
            }
        }
        if (!problems.isEmpty()) {
            throw new Rejected("the template '" + template.id() + "' can't be filled in:\n  " + String.join("\n  ", problems));
        }
        return values;
    }

    /** What is wrong with a value, or empty. */
    private static Optional<String> problem(TemplateParameter p, String value) {
        if (value.length() > MAX_VALUE || value.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("is longer than " + MAX_VALUE + " characters or holds control characters");
        }
        String otherwise = switch (p.type()) {
            case TEXT -> "";
            case WORDS -> value.chars().filter(c -> c == '"').count() % 2 == 0 ? "" : "has a quote without its counterpart";
            case NUMBER -> value.matches("[0-9]{1,16}") ? "" : "is no whole number of 0 or more";
            case AMOUNT -> amount(value) ? "" : "is no amount such as 5 XEN";
            case SIZE -> value.matches("[0-9]{1,15}(B|KiB|MiB|GiB|TiB)") ? "" : "is no size such as 64MiB";
            case DURATION -> value.matches("[0-9]{1,12}(ms|s|m|h|d)") ? "" : "is no time such as 60s";
            case FILE -> value.startsWith("/") ? "must be relative to the job file" : "";
            case CHOICE -> p.choices().contains(value) ? "" : "is none of " + String.join(", ", p.choices());
        };
        return otherwise.isEmpty() ? Optional.empty() : Optional.of("'" + Guard.line(value, 60) + "' " + otherwise);
    }

    private static boolean amount(String value) {
        try {
            Amount.parse(value);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void need(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
