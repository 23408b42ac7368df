package org.zennet.headless.internal.settings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.zennet.services.settings.Setting;

/**
 * Reads metatype documents ({@code OSGI-INF/metatype/*.xml}, OSGi Compendium 8, section 105.8), of a bundle that is installed as
 * of a jar that is not. Definitions of factories and elements of other name spaces are left out.
 */
final class MetatypeReader {
    private static final int MAX_BYTES = 1 << 18;
    private static final int MAX_ATTRIBUTES = 500;

    /** What lies in a bundle; empty where there is no such entry. */
    interface Entries {
        Optional<byte[]> read(String name) throws IOException;
    }

    private final Entries entries;
    private final String bundle;
    private final boolean plugin;
    private final Locale locale;

    MetatypeReader(Entries entries, String bundle, boolean plugin, Locale locale) {
        this.entries = entries;
        this.bundle = bundle;
        this.plugin = plugin;
        this.locale = locale;
    }

    private static final class Class {
        String label = "";
        String description = "";
        final List<Attribute> attributes = new ArrayList<>();
    }

    /** Reads one document. */
    List<Definition> read(String name) throws IOException {
        byte[] bytes = entries.read(name).orElseThrow(() -> new IOException("there is no " + name));
        if (bytes.length > MAX_BYTES) {
            throw new IOException(name + " is larger than " + MAX_BYTES + " bytes");
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            return document(factory.createXMLStreamReader(new ByteArrayInputStream(bytes)));
        } catch (XMLStreamException | IllegalArgumentException e) {
            throw new IOException(name + " is no metatype document: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        }
    }

    private List<Definition> document(XMLStreamReader xml) throws XMLStreamException, IOException {
        Map<String, Class> classes = new LinkedHashMap<>();
        Map<String, String> designates = new LinkedHashMap<>();
        Properties words = new Properties();
        Class current = null;
        String pid = null;
        Map<String, String> attribute = null;
        List<Setting.Option> options = new ArrayList<>();
        int count = 0;
        while (xml.hasNext()) {
            int event = xml.next();
            if (!ours(xml, event)) {
                continue;
            }
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "MetaData" -> words = words(xml.getAttributeValue(null, "localization"));
                    case "OCD" -> {
                        current = new Class();
                        current.label = word(words, xml.getAttributeValue(null, "name"));
                        current.description = word(words, xml.getAttributeValue(null, "description"));
                        classes.put(String.valueOf(xml.getAttributeValue(null, "id")), current);
                    }
                    case "AD" -> {
                        attribute = new LinkedHashMap<>();
                        for (int i = 0; i < xml.getAttributeCount(); i++) {
                            attribute.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
                        }
                        options = new ArrayList<>();
                    }
                    case "Option" -> options.add(new Setting.Option(String.valueOf(xml.getAttributeValue(null, "value")),
                            word(words, xml.getAttributeValue(null, "label"))));
                    case "Designate" -> pid = xml.getAttributeValue(null, "factoryPid") == null ? xml.getAttributeValue(null, "pid") : null;
                    case "Object" -> {
                        if (pid != null && xml.getAttributeValue(null, "ocdref") != null) {
                            designates.put(pid, xml.getAttributeValue(null, "ocdref"));
                        }
                    }
                    default -> { }
                }
            } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("AD") && current != null && attribute != null) {
                if (++count > MAX_ATTRIBUTES) {
                    throw new IOException("more than " + MAX_ATTRIBUTES + " settings in one document");
                }
                current.attributes.add(attribute(attribute, options, words));
            }
        }
        List<Definition> all = new ArrayList<>();
        designates.forEach((p, ref) -> {
            Class c = classes.get(ref);
            if (c != null && p.matches("[A-Za-z0-9_.$~-]{1,200}")) {
                all.add(new Definition(p, c.label.isEmpty() ? p : c.label, c.description, bundle, plugin, List.copyOf(c.attributes)));
            }
        });
        return all;
    }

    private static boolean ours(XMLStreamReader xml, int event) {
        String space = event == XMLStreamConstants.START_ELEMENT || event == XMLStreamConstants.END_ELEMENT ? xml.getNamespaceURI() : null;
        return space == null || space.isEmpty() || space.startsWith("http://www.osgi.org/xmlns/metatype/");
    }

    private static Attribute attribute(Map<String, String> a, List<Setting.Option> options, Properties words) {
        String id = String.valueOf(a.get("id"));
        String name = word(words, a.get("name"));
        String cardinality = a.getOrDefault("cardinality", "0");
        return new Attribute(id, name.isEmpty() ? id : name, word(words, a.get("description")), a.getOrDefault("type", "String"),
                Integer.parseInt(cardinality), !"false".equals(a.get("required")), values(a.get("default"), !cardinality.equals("0")),
                number(a.get("min")), number(a.get("max")), List.copyOf(options));
    }

    private static Optional<String> number(String text) {
        // who writes something else has no bound rather than a broken one
        try {
            return Optional.ofNullable(text).map(t -> new BigDecimal(t.strip()).toPlainString());
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A default: values with commas between them; a backslash goes before a comma, a space or a backslash that is meant. */
    static List<String> values(String text, boolean list) {
        List<String> all = new ArrayList<>();
        if (text == null || text.isEmpty() && list) {
            return all;
        }
        StringBuilder now = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                now.append(text.charAt(++i));
            } else if (c == ',' && list) {
                all.add(now.toString().strip());
                now.setLength(0);
            } else {
                now.append(c);
            }
        }
        all.add(now.toString().strip());
        return all;
    }

    private static String word(Properties words, String text) {
        return text == null ? "" : text.startsWith("%") ? words.getProperty(text.substring(1), text.substring(1)) : text;
    }

    private Properties words(String base) throws IOException {
        Properties all = new Properties();
        if (base != null) {
            String language = "_" + locale.getLanguage();
            for (String suffix : List.of("", language, language + "_" + locale.getCountry())) {
                Optional<byte[]> file = suffix.equals("_") || suffix.endsWith("_") ? Optional.empty() : entries.read(base + suffix + ".properties");
                if (file.isPresent()) {
                    all.load(new java.io.InputStreamReader(new ByteArrayInputStream(file.get()), StandardCharsets.UTF_8));
                }
            }
        }
        return all;
    }
}
