package org.zennet.workbench.internal.help;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zennet.workbench.internal.help.Markdown.Block;
import org.zennet.workbench.internal.help.Markdown.Span;
import org.zennet.workbench.internal.help.Markdown.Style;

class HandbookTest {
    private static Path root() {
        Path p = Path.of("").toAbsolutePath();
        while (!Files.exists(p.resolve("docs/workbench.md"))) {
            p = p.getParent();
        }
        return p;
    }

    private static Handbook handbook() throws IOException {
        List<Handbook.Page> pages = new ArrayList<>();
        try (Stream<Path> all = Files.list(root().resolve("docs"))) {
            for (Path p : all.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
                pages.add(Handbook.Page.of(p.getFileName().toString(), Files.readString(p)));
            }
        }
        return new Handbook(pages);
    }

    @Test
    void headingsListsCodeTablesAndPicturesAreReadAsWhatTheyAre() {
        List<Block> b = Markdown.parse("# Title\n\nOne\ntwo.\n- a\n  more\n1. b\n\n    code\n\n```\n# no heading\n```\n| x | y |\n| --- | --- |\n| `a \\| b` | 2 |\n\n![what](images/p.png)\n");
        assertEquals("Title", Markdown.plain(((Block.Heading) b.get(0)).text()));
        assertEquals("One two.", Markdown.plain(((Block.Text) b.get(1)).text()));
        assertEquals("a more", Markdown.plain(((Block.Text) b.get(2)).text()));
        assertEquals("1.", ((Block.Text) b.get(3)).mark());
        assertEquals(List.of("code"), ((Block.Code) b.get(4)).lines());
        assertEquals(List.of("# no heading"), ((Block.Code) b.get(5)).lines());
        Block.Table t = (Block.Table) b.get(6);
        assertEquals(2, t.rows().size());
        assertEquals("a | b", Markdown.plain(t.rows().get(1).get(0)));
        assertEquals(new Block.Picture("images/p.png", "what"), b.get(7));
        assertEquals(8, b.size());
    }

    @Test
    void emphasisCodeAndLinksAreToldApart() {
        assertEquals(List.of(new Span(Style.BOLD, "B", ""), new Span(Style.PLAIN, " ", ""), new Span(Style.CODE, "a*b*c", ""), new Span(Style.PLAIN, " 2*3*4 ", ""),
                new Span(Style.LINK, "jobs", "jobs.md#x"), new Span(Style.PLAIN, " ", ""), new Span(Style.ITALIC, "i", "")), Markdown.spans("**B** `a*b*c` 2*3*4 [jobs](jobs.md#x) *i*"));
    }

    @Test
    void aSearchFindsSectionsThatHoldAllWordsTitlesFirst() {
        Handbook h = new Handbook(List.of(Handbook.Page.of("a.md", "# Alpha\n\nnothing\n\n## Leases\n\nA lease ends. Leases are paid.\n"),
                Handbook.Page.of("b.md", "# Leases\n\nAll about it.\n"), Handbook.Page.of("c.md", "# Gamma\n\nA lease, once.\n")));
        assertEquals(List.of("b.md", "a.md", "c.md"), h.search("LEASE").stream().map(x -> x.page().name()).toList());
        assertEquals("Leases", h.search("lease ends").getFirst().heading());
        assertTrue(h.search("lease ends").getFirst().excerpt().contains("lease ends"));
        assertEquals(List.of(), h.search("lease elephant"));
        assertEquals(List.of(), h.search("  "));
    }

    @Test
    void theProjectsDocumentsAreReadWithoutRest() throws IOException {
        Handbook h = handbook();
        assertTrue(h.pages().size() > 10);
        for (Handbook.Page p : h.pages()) {
            assertFalse(p.title().endsWith(".md"), () -> p.name() + " has no title");
            for (Block b : p.blocks()) {
                assertFalse(b instanceof Block.Table t && t.rows().stream().anyMatch(r -> r.size() > t.rows().getFirst().size()), () -> p.name() + " has a wide row: " + b);
            }
        }
        assertTrue(h.search("calibrated strategy").stream().limit(5).anyMatch(x -> x.page().name().equals("pricing.md")), () -> h.search("calibrated strategy").toString());
    }

    /** F1 must not lead nowhere: every page and section that a context names is there. */
    @Test
    void everyContextLeadsToAPageThatIsThere() throws IOException {
        Handbook h = handbook();
        Matcher m = Pattern.compile("href=\"docs/([^\"#]+)(?:#([^\"]+))?\"").matcher(Files.readString(root().resolve("bundles/org.zennet.workbench/help/contexts.xml")));
        int n = 0;
        while (m.find()) {
            n++;
            String page = m.group(1);
            String anchor = m.group(2);
            assertTrue(h.page(page).isPresent(), page);
            assertTrue(anchor == null || h.page(page).get().blocks().stream().anyMatch(b -> b instanceof Block.Heading x && Markdown.anchor(Markdown.plain(x.text())).equals(anchor)),
                    () -> page + "#" + anchor);
        }
        assertTrue(n >= 12);
    }

    /** Each view of the plug-in has a context. */
    @Test
    void everyViewHasAContext() throws IOException {
        String contexts = Files.readString(root().resolve("bundles/org.zennet.workbench/help/contexts.xml"));
        Matcher m = Pattern.compile("<view [^>]*id=\"org\\.zennet\\.workbench\\.([A-Za-z]+)\"").matcher(Files.readString(root().resolve("bundles/org.zennet.workbench/plugin.xml")));
        List<String> missing = new ArrayList<>();
        while (m.find()) {
            if (!contexts.contains("<context id=\"" + m.group(1) + "\">")) {
                missing.add(m.group(1));
            }
        }
        assertEquals(List.of(), missing);
    }

    /** A step that names a command nobody has would fail in front of a beginner. */
    @Test
    void everyStepOfACheatSheetRunsACommandThatIsThereInBothLanguages() throws IOException {
        Path bundle = root().resolve("bundles/org.zennet.workbench");
        String xml = Files.readString(bundle.resolve("plugin.xml"));
        for (String name : List.of("firstJob", "offerMachine", "rentAndLogIn")) {
            List<String> english = commands(bundle.resolve("cheatsheets/" + name + ".xml"));
            assertFalse(english.isEmpty(), name);
            assertEquals(english, commands(bundle.resolve("nl/de/cheatsheets/" + name + ".xml")), name);
            for (String c : english) {
                String id = c.replaceFirst("\\(.*", "");
                assertTrue(id.startsWith("org.eclipse.") || xml.contains("id=\"" + id + "\""), () -> name + ": no command " + id);
                Matcher view = Pattern.compile("viewId=([^)]+)").matcher(c);
                assertTrue(!view.find() || xml.contains("id=\"" + view.group(1) + "\""), () -> name + ": no view in " + c);
            }
        }
    }

    private static List<String> commands(Path sheet) throws IOException {
        return Pattern.compile("serialization=\"([^\"]+)\"").matcher(Files.readString(sheet)).results().map(r -> r.group(1)).toList();
    }
}
