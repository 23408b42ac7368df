package org.zennet.workbench.internal.help;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the part of Markdown (CommonMark's headings, paragraphs, lists, fenced and indented code, pipe tables, images, emphasis, code
 * and links) that the project's documents use. Pure; what it does not know stays as it is written.
 */
final class Markdown {
    private static final Pattern HEADING = Pattern.compile("(#{1,6}) +(.*?) *#*");
    private static final Pattern ITEM = Pattern.compile("( *)([-*]|[0-9]{1,3}\\.) +(.*)");
    private static final Pattern IMAGE = Pattern.compile("!\\[([^\\]]*)\\]\\(([^) ]+)\\)");
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\[([^\\]]+)\\]\\(([^) ]+)\\)|(?<![\\w*])\\*([^*\\s][^*]*)\\*(?!\\w)|<(https?://[^>]+)>");

    private Markdown() { }

    /** A piece of a document. */
    sealed interface Block {
        /** A heading of a level, 1 to 6. */
        record Heading(int level, List<Span> text) implements Block { }

        /** A paragraph, or an item of a list: then with a mark, and a depth from 1. */
        record Text(int depth, String mark, List<Span> text) implements Block { }

        /** Code, a line each. */
        record Code(List<String> lines) implements Block { }

        /** A table; the first row are its headings. */
        record Table(List<List<List<Span>>> rows) implements Block { }

        /** A picture and what it shows. */
        record Picture(String path, String what) implements Block { }
    }

    /** How a stretch of text is written. */
    enum Style { PLAIN, BOLD, ITALIC, CODE, LINK }

    /**
     * A stretch of text.
     *
     * @param target of a link; otherwise empty
     */
    record Span(Style style, String text, String target) { }

    /** A document as pieces in order. */
    static List<Block> parse(String document) {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = document.lines().toList();
        int i = 0;
        while (i < lines.size()) {
            String line = lines.get(i);
            Matcher heading = HEADING.matcher(line);
            Matcher item = ITEM.matcher(line);
            Matcher image = IMAGE.matcher(line.strip());
            if (line.isBlank()) {
                i++;
            } else if (line.startsWith("```")) {
                i = code(lines, i + 1, blocks);
            } else if (line.startsWith("    ")) {
                i = indented(lines, i, blocks);
            } else if (heading.matches()) {
                blocks.add(new Block.Heading(heading.group(1).length(), spans(heading.group(2))));
                i++;
            } else if (image.matches()) {
                blocks.add(new Block.Picture(image.group(2), image.group(1)));
                i++;
            } else if (line.startsWith("|")) {
                i = table(lines, i, blocks);
            } else if (item.matches()) {
                StringBuilder text = new StringBuilder(item.group(3));
                i = more(lines, i + 1, text);
                blocks.add(new Block.Text(1 + item.group(1).length() / 2, item.group(2).length() > 1 ? item.group(2) : "•", spans(text.toString())));
            } else {
                StringBuilder text = new StringBuilder(line.strip());
                i = more(lines, i + 1, text);
                blocks.add(new Block.Text(0, "", spans(text.toString())));
            }
        }
        return blocks;
    }

    /** Joins the lines that belong to the one before. */
    private static int more(List<String> lines, int from, StringBuilder text) {
        int i = from;
        while (i < lines.size() && !lines.get(i).isBlank() && !lines.get(i).startsWith("```") && !lines.get(i).startsWith("|")
                && !HEADING.matcher(lines.get(i)).matches() && !ITEM.matcher(lines.get(i)).matches()) {
            text.append(' ').append(lines.get(i).strip());
            i++;
        }
        return i;
    }

    private static int code(List<String> lines, int from, List<Block> blocks) {
        int i = from;
        List<String> code = new ArrayList<>();
        while (i < lines.size() && !lines.get(i).startsWith("```")) {
            code.add(lines.get(i++));
        }
        blocks.add(new Block.Code(List.copyOf(code)));
        return i + 1;
    }

    private static int indented(List<String> lines, int from, List<Block> blocks) {
        int i = from;
        List<String> code = new ArrayList<>();
        while (i < lines.size() && lines.get(i).startsWith("    ")) {
            code.add(lines.get(i++).substring(4));
        }
        blocks.add(new Block.Code(List.copyOf(code)));
        return i;
    }

    private static int table(List<String> lines, int from, List<Block> blocks) {
        int i = from;
        List<List<List<Span>>> rows = new ArrayList<>();
        while (i < lines.size() && lines.get(i).startsWith("|")) {
            String line = lines.get(i++);
            if (!line.matches("[|:\\- ]+")) {
                rows.add(cells(line).stream().map(c -> spans(c.strip())).toList());
            }
        }
        blocks.add(new Block.Table(List.copyOf(rows)));
        return i;
    }

    /** Between bars; one after a backslash is text. */
    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        for (int i = 1; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length() && line.charAt(i + 1) == '|') {
                cell.append('|');
                i++;
            } else if (c == '|') {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        if (!cell.toString().isBlank()) {
            cells.add(cell.toString());
        }
        return cells;
    }

    /** Text with its emphasis, code and links. */
    static List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        Matcher m = SPAN.matcher(text);
        int at = 0;
        while (m.find()) {
            if (m.start() > at) {
                spans.add(new Span(Style.PLAIN, text.substring(at, m.start()), ""));
            }
            if (m.group(1) != null) {
                spans.add(new Span(Style.CODE, m.group(1), ""));
            } else if (m.group(2) != null) {
                spans.add(new Span(Style.BOLD, m.group(2), ""));
            } else if (m.group(3) != null) {
                spans.add(new Span(Style.LINK, m.group(3).replace("`", ""), m.group(4)));
            } else if (m.group(5) != null) {
                spans.add(new Span(Style.ITALIC, m.group(5), ""));
            } else {
                spans.add(new Span(Style.LINK, m.group(6), m.group(6)));
            }
            at = m.end();
        }
        if (at < text.length()) {
            spans.add(new Span(Style.PLAIN, text.substring(at), ""));
        }
        return spans;
    }

    /** Without its marks. */
    static String plain(List<Span> spans) {
        StringBuilder s = new StringBuilder();
        spans.forEach(x -> s.append(x.text()));
        return s.toString();
    }

    /** The name that links use for a heading, as the usual viewers of Markdown make it. */
    static String anchor(String heading) {
        return heading.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }
}
