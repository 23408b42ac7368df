package org.zennet.market.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.api.template.JobTemplate;
import org.zennet.api.template.TemplateParameter;
import org.zennet.api.template.TemplateParameter.Type;
import org.zennet.services.Rejected;
import org.zennet.services.market.ExtensionInfo;

@Timeout(60)
class TemplatesTest {
    private final ExtensionRegistry registry = new ExtensionRegistry(100);
    /** A tenth of the time limits: 100 ms a call. */
    private final ExtensionRegistry impatient = new ExtensionRegistry(10);

    private static Fakes.Reference<JobTemplate> reference(String id, int ranking) {
        return new Fakes.Reference<>(JobTemplate.ID, id, ranking, "org.example." + id, "1.2.3");
    }

    /** Answers with what it was given. */
    private static JobTemplate template(TemplateParameter... parameters) {
        return new JobTemplate() {
            @Override
            public String description() {
                return "for tests";
            }

            @Override
            public List<TemplateParameter> parameters() {
                return List.of(parameters);
            }

            @Override
            public String render(Map<String, String> values) {
                return new java.util.TreeMap<>(values).toString();
            }
        };
    }

    private static ExtensionInfo info(ExtensionRegistry r, String id) {
        return r.extensions().stream().filter(e -> e.id().equals(id)).findFirst().orElseThrow();
    }

    @Test
    void valuesAreCheckedByTheirTypeAndDefaultsFilledInBeforeATemplateIsAsked() throws Exception {
        registry.bindTemplate(template(TemplateParameter.needed("file", "File", "", Type.FILE), TemplateParameter.preset("size", "Size", "", Type.SIZE, "64MiB"),
                TemplateParameter.choice("color", "Color", "", List.of("red", "blue")), TemplateParameter.optional("note", "Note", "", Type.TEXT)), reference("a", 0));
        assertEquals("{color=red, file=x.wasm, size=64MiB}", registry.render("a", Map.of("file", "x.wasm", "note", "  ")));
        Rejected all = assertThrows(Rejected.class, () -> registry.render("a", Map.of("size", "64", "color", "green", "colour", "red", "note", "a\nb")));
        for (String part : List.of("file: is missing", "size: '64' is no size", "color: 'green' is none of red, blue", "colour: unknown", "control characters")) {
            assertTrue(all.getMessage().contains(part), all.getMessage());
        }
        assertEquals(ExtensionInfo.State.ACTIVE, info(registry, "a").state(), "people's mistakes are not the template's");
    }

    @Test
    void aTemplateThatThrowsHangsOrAnswersNonsenseIsQuarantinedAndLeftOutWithAReason() throws Exception {
        impatient.bindTemplate(new JobTemplate() {
            @Override
            public String description() {
                return "hangs";
            }

            @Override
            public List<TemplateParameter> parameters() {
                return List.of();
            }

            @Override
            public String render(Map<String, String> values) {
                while (!Thread.currentThread().isInterrupted()) {
                    LockSupport.park();
                }
                return "late";
            }
        }, reference("hangs", 0));
        impatient.bindTemplate(template(TemplateParameter.needed("Not a name", "", "", Type.TEXT)), reference("nonsense", 0));
        impatient.bindTemplate(template(TemplateParameter.preset("n", "", "", Type.NUMBER, "many")), reference("default", 0));
        assertEquals(List.of("hangs"), impatient.templates().stream().map(t -> t.id()).toList());
        assertTrue(assertThrows(Rejected.class, () -> impatient.render("hangs", Map.of())).getMessage().contains("took longer than 100 ms"));
        assertEquals(List.of(), impatient.templates());
        assertTrue(info(impatient, "nonsense").reason().contains("a parameter whose name is none"), info(impatient, "nonsense").reason());
        assertTrue(info(impatient, "default").reason().contains("whose default 'many' is no whole number"), info(impatient, "default").reason());
        assertTrue(assertThrows(Rejected.class, () -> impatient.render("hangs", Map.of())).getMessage().contains("quarantine"));
    }

    @Test
    void ofTwoWithOneIdTheHigherRankingIsShownAndItsLeavingBringsTheOtherBack() throws Exception {
        Fakes.Reference<JobTemplate> better = reference("array", 5);
        registry.bindTemplate(template(), reference("array", -1000));
        registry.bindTemplate(template(TemplateParameter.preset("n", "", "", Type.NUMBER, "7")), better);
        assertEquals("{n=7}", registry.render("array", Map.of()));
        assertEquals(1, registry.templates().size());
        registry.unbindTemplate(better);
        assertEquals("{}", registry.render("array", Map.of()));
        assertTrue(assertThrows(Rejected.class, () -> registry.render("other", Map.of())).getMessage().contains("there are: array"));
    }
}
