package org.zennet.workbench.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Isolation;
import org.zennet.api.value.Counter;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.provider.ProviderService;
import org.zennet.services.publisher.JobService;
import org.zennet.services.wallet.ChannelService;

/** Both languages say the same things, and the sources hold no text that neither could translate. */
class LanguagesTest {
    private static final Path BUNDLE = bundle();
    private static final Path SOURCES = BUNDLE.resolve("src");
    private static final Pattern FIELD = Pattern.compile("^    public static String (\\w+);$", Pattern.MULTILINE);
    private static final Pattern PLACE = Pattern.compile("\\{[0-9]\\}");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** Two words, or one that begins like a sentence: what a person would read. */
    private static final Pattern PROSE = Pattern.compile("[A-Za-z]{2,}[,:;]? [a-z]{2,}|^[A-Z][a-z]{2,}|^[&]?[A-Z][a-z&]+[:…]?$");
    /** For the log and for developers, not for the window; or what is the same in all languages. */
    private static final Pattern NOT_SHOWN = Pattern.compile("ILog\\.|ExecutionException\\(|IllegalArgumentException\\(|IllegalStateException\\(|^\\s*(\\*|//|/\\*\\*)|//\\$NON-NLS");

    private static Path bundle() {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            for (Path b : List.of(p, p.resolve("bundles/org.zennet.workbench"))) {
                if (Files.exists(b.resolve("plugin_de.properties"))) {
                    return b;
                }
            }
        }
        throw new IllegalStateException("not run in the sources");
    }

    private static List<Path> files(String name) throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            return all.filter(p -> p.getFileName().toString().matches(name)).sorted().toList();
        }
    }

    private static Map<String, String> properties(Path file) throws IOException {
        Properties p = new Properties() {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Object put(Object key, Object value) {
                assertFalse(containsKey(key), () -> file + " has " + key + " twice");
                return super.put(key, value);
            }
        };
        try (Reader in = Files.newBufferedReader(file)) {
            p.load(in);
        }
        Map<String, String> all = new TreeMap<>();
        p.forEach((k, v) -> all.put((String) k, (String) v));
        return all;
    }

    private static List<String> places(String text) {
        return PLACE.matcher(text).results().map(r -> r.group()).distinct().sorted().toList();
    }

    private static void assertSame(Path english, Path german) throws IOException {
        Map<String, String> en = properties(english);
        Map<String, String> de = properties(german);
        assertEquals(en.keySet(), de.keySet(), () -> german + " does not have the keys of " + english);
        for (String key : en.keySet()) {
            assertFalse(de.get(key).isBlank() && !en.get(key).isBlank(), () -> german + ": " + key + " is empty");
            assertEquals(places(en.get(key)), places(de.get(key)), () -> key + " does not have the same places in " + german);
            for (String text : List.of(en.get(key), de.get(key))) {
                assertTrue(places(text).isEmpty() || text.replace("''", "").indexOf('\'') < 0,
                        () -> key + ": a quote in a text with places is written twice: " + text);
                assertTrue(!places(text).isEmpty() || !text.contains("''"), () -> key + ": a quote in a text without places is written once: " + text);
            }
        }
    }

    @Test
    void everyTextIsThereInBothLanguagesWithTheSamePlaces() throws IOException {
        List<Path> all = files("Messages\\.java");
        assertTrue(all.size() >= 4, all::toString);
        for (Path java : all) {
            Set<String> fields = FIELD.matcher(Files.readString(java)).results().map(r -> r.group(1)).collect(Collectors.toCollection(TreeSet::new));
            Path english = java.resolveSibling("messages.properties");
            assertEquals(fields, properties(english).keySet(), java::toString);
            assertSame(english, java.resolveSibling("messages_de.properties"));
        }
        assertSame(BUNDLE.resolve("plugin.properties"), BUNDLE.resolve("plugin_de.properties"));
    }

    @Test
    void everyTextIsUsed() throws IOException {
        for (Path java : files("Messages\\.java")) {
            StringBuilder beside = new StringBuilder();
            try (Stream<Path> all = Files.list(java.getParent())) {
                for (Path p : all.filter(f -> f.toString().endsWith(".java") && !f.equals(java)).toList()) {
                    beside.append(Files.readString(p));
                }
            }
            for (String key : properties(java.resolveSibling("messages.properties")).keySet()) {
                assertTrue(Pattern.compile("Messages\\." + key + "\\b").matcher(beside).find(), () -> key + " of " + java + " is used nowhere");
            }
        }
    }

    @Test
    void whatThePluginDeclaresIsTranslated() throws IOException {
        String xml = Files.readString(BUNDLE.resolve("plugin.xml"));
        Set<String> keys = properties(BUNDLE.resolve("plugin.properties")).keySet();
        Set<String> used = new TreeSet<>();
        Matcher m = Pattern.compile("\\b(name|label|description|tooltip|mnemonic)=\"([^\"]*)\"").matcher(xml);
        List<String> bare = new ArrayList<>();
        while (m.find()) {
            String value = m.group(2);
            if (value.startsWith("%")) {
                used.add(value.substring(1));
            } else if (!value.equals("Zennet") && value.matches("[A-Z].*")) {
                bare.add(m.group());
            }
        }
        Pattern.compile(">%([\\w.]+)<").matcher(xml).results().forEach(r -> used.add(r.group(1)));
        assertEquals(List.of(), bare, "plugin.xml says this in one language only");
        assertEquals(keys, used);
    }

    @Test
    void theWordsOfServicesAreTranslated() throws IOException {
        Path english = SOURCES.resolve("org/zennet/workbench/internal/model/words.properties");
        Map<String, String> words = properties(english);
        assertSame(english, english.resolveSibling("words_de.properties"));
        Stream.<Enum<?>[]>of(JobService.JobState.values(), JobService.TaskState.values(), ProviderService.LeaseState.values(), ChannelService.State.values(),
                ChannelService.Role.values(), MarketJournal.Side.values(), ExtensionInfo.Kind.values(), ExtensionInfo.State.values(), Isolation.values())
                .flatMap(Stream::of).forEach(e -> assertEquals(e.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        words.get(e.name().toLowerCase(Locale.ROOT)), () -> e + " has no word"));
        for (Counter c : Counter.values()) {
            assertEquals(c.id(), words.get(c.id()));
        }
    }

    /** By a look at the literals: words of a sentence, or a word that begins like one, belong into messages.properties. */
    @Test
    void noSourceHoldsTextForPeople() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path java : files(".*\\.java")) {
            // the command line speaks English, as all of 'zennet' does
            if (java.getFileName().toString().matches("Messages.java|Arguments.java")) {
                continue;
            }
            List<String> lines = Files.readAllLines(java);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (NOT_SHOWN.matcher(line).find()) {
                    continue;
                }
                LITERAL.matcher(line).results().map(r -> r.group(1)).filter(t -> PROSE.matcher(t).find() && !t.equals("Zennet"))
                        .forEach(t -> found.add(java.getFileName() + ": \"" + t + "\""));
            }
        }
        assertEquals(List.of(), found, "write these as a field of Messages and a line in both languages, or end the line with //$NON-NLS where nobody reads it");
    }
}
