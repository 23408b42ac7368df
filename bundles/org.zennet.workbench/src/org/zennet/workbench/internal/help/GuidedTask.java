package org.zennet.workbench.internal.help;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A task in steps, read from a file in the format of the platform's cheat sheets (simple ones: items with a description and a command).
 *
 * @param title of the task
 * @param intro what comes of it
 * @param steps in order
 */
record GuidedTask(String title, String intro, List<Step> steps) {
    /** Copies the list. */
    GuidedTask {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param command serialised, as the platform's command service reads it; empty where there is none
     */
    record Step(String title, String description, String command) { }

    /** Reads one. */
    static GuidedTask read(InputStream in) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Document document = factory.newDocumentBuilder().parse(in);
            List<Step> steps = new ArrayList<>();
            NodeList items = document.getElementsByTagName("item");
            for (int i = 0; i < items.getLength(); i++) {
                Element item = (Element) items.item(i);
                NodeList commands = item.getElementsByTagName("command");
                steps.add(new Step(item.getAttribute("title"), text(item, "description"), commands.getLength() == 0 ? "" : ((Element) commands.item(0)).getAttribute("serialization")));
            }
            return new GuidedTask(document.getDocumentElement().getAttribute("title"), text((Element) document.getElementsByTagName("intro").item(0), "description"), steps);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static String text(Element parent, String name) {
        NodeList all = parent.getElementsByTagName(name);
        return all.getLength() == 0 ? "" : all.item(0).getTextContent().strip();
    }
}
