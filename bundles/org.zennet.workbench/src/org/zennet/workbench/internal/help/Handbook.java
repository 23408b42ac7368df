package org.zennet.workbench.internal.help;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.zennet.workbench.internal.help.Markdown.Block;

/** The documents of the project, to be looked through without a network. Pure. */
final class Handbook {
    private static final int EXCERPT = 90;
    private static final int IN_TITLE = 40;
    private static final int IN_HEADING = 12;
    private static final int MOST_HITS = 60;
    private final List<Page> pages;

    /** Of documents in the order in which they are listed. */
    Handbook(List<Page> pages) {
        this.pages = List.copyOf(pages);
    }

    /**
     * A document.
     *
     * @param name   of its file, such as {@code jobs.md}
     * @param title  its first heading
     * @param blocks what it consists of
     */
    record Page(String name, String title, List<Block> blocks) {
        /** From its text. */
        static Page of(String name, String document) {
            List<Block> blocks = Markdown.parse(document);
            return new Page(name, blocks.stream().filter(Block.Heading.class::isInstance).map(b -> Markdown.plain(((Block.Heading) b).text())).findFirst().orElse(name), blocks);
        }

        /** Its headings of the second level. */
        List<String> headings() {
            return blocks.stream().filter(b -> b instanceof Block.Heading h && h.level() == 2).map(b -> Markdown.plain(((Block.Heading) b).text())).toList();
        }
    }

    /**
     * A place where what was looked for stands.
     *
     * @param heading under which; empty before the first one below the title
     * @param excerpt around it
     */
    record Hit(Page page, String heading, String excerpt, int weight) { }

    List<Page> pages() {
        return pages;
    }

    Optional<Page> page(String name) {
        return pages.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /** Sections that hold all words of a query, the likeliest first: titles weigh more than headings, these more than text. */
    List<Hit> search(String query) {
        Set<String> words = new TreeSet<>(List.of(query.toLowerCase(Locale.ROOT).strip().split("[^\\p{L}\\p{N}_-]+")));
        words.remove("");
        if (words.isEmpty()) {
            return List.of();
        }
        List<Hit> hits = new ArrayList<>();
        for (Page page : pages) {
            String heading = "";
            StringBuilder text = new StringBuilder();
            for (Block b : page.blocks()) {
                if (b instanceof Block.Heading h && h.level() > 1) {
                    hit(page, heading, text.toString(), words).ifPresent(hits::add);
                    heading = Markdown.plain(h.text());
                    text.setLength(0);
                } else if (!(b instanceof Block.Heading)) {
                    text.append(text(b)).append('\n');
                }
            }
            hit(page, heading, text.toString(), words).ifPresent(hits::add);
        }
        hits.sort(Comparator.comparingInt(Hit::weight).reversed());
        return hits.size() > MOST_HITS ? hits.subList(0, MOST_HITS) : hits;
    }

    private static Optional<Hit> hit(Page page, String heading, String text, Set<String> words) {
        String title = page.title().toLowerCase(Locale.ROOT);
        String head = heading.toLowerCase(Locale.ROOT);
        String body = text.toLowerCase(Locale.ROOT);
        int weight = 0;
        int first = -1;
        for (String w : words) {
            int inText = count(body, w);
            boolean inTitle = title.contains(w);
            boolean inHead = head.contains(w);
            if (inText == 0 && !inTitle && !inHead) {
                return Optional.empty();
            }
            weight += Math.min(inText, IN_HEADING) + (inTitle && heading.isEmpty() ? IN_TITLE : inTitle ? 2 : 0) + (inHead ? IN_HEADING : 0);
            int at = body.indexOf(w);
            first = first < 0 || at >= 0 && at < first ? at : first;
        }
        return Optional.of(new Hit(page, heading, excerpt(text, Math.max(0, first)), weight));
    }

    private static int count(String text, String word) {
        int n = 0;
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length())) {
            n++;
        }
        return n;
    }

    private static String excerpt(String text, int at) {
        int from = Math.max(0, at - EXCERPT / 3);
        int to = Math.min(text.length(), from + EXCERPT);
        return (from > 0 ? "…" : "") + text.substring(from, to).replaceAll("\\s+", " ").strip() + (to < text.length() ? "…" : "");
    }

    private static String text(Block b) {
        return switch (b) {
            case Block.Heading h -> Markdown.plain(h.text());
            case Block.Text t -> Markdown.plain(t.text());
            case Block.Code c -> String.join("\n", c.lines());
            case Block.Table t -> String.join("\n", t.rows().stream().map(r -> String.join(" ", r.stream().map(Markdown::plain).toList())).toList());
            case Block.Picture p -> p.what();
        };
    }
}
