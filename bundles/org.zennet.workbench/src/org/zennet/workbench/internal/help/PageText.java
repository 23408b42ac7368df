package org.zennet.workbench.internal.help;

import java.net.URL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jface.resource.ImageDescriptor;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.resource.LocalResourceManager;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StyleRange;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.graphics.FontData;
import org.eclipse.swt.graphics.GlyphMetrics;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.widgets.Composite;
import org.osgi.framework.FrameworkUtil;
import org.zennet.workbench.internal.help.Markdown.Block;
import org.zennet.workbench.internal.help.Markdown.Span;
import org.zennet.workbench.internal.help.Markdown.Style;

/** Draws a page of the handbook in a text widget, in the colours of the theme. Links work by mouse, and by Enter at the caret. */
final class PageText {
    private static final int MARGIN = 12;
    private static final int INDENT = 18;
    private static final int CELL = 44;
    private final StyledText text;
    private final LocalResourceManager resources;
    private final Map<String, Integer> anchors = new HashMap<>();
    private final List<StyleRange> ranges = new ArrayList<>();
    private final Map<Integer, Image> pictures = new HashMap<>();
    private final StringBuilder built = new StringBuilder();
    private final List<int[]> indents = new ArrayList<>();

    PageText(Composite parent, Consumer<String> follow) {
        text = new StyledText(parent, SWT.READ_ONLY | SWT.WRAP | SWT.V_SCROLL | SWT.H_SCROLL);
        text.setMargins(MARGIN, MARGIN, MARGIN, MARGIN);
        text.setLineSpacing(2);
        resources = new LocalResourceManager(JFaceResources.getResources(), text);
        text.addListener(SWT.MouseUp, e -> {
            int at = text.getOffsetAtPoint(new Point(e.x, e.y));
            if (at >= 0 && text.getSelectionCount() == 0) {
                link(at, follow);
            }
        });
        text.addListener(SWT.KeyDown, e -> {
            if (e.keyCode == SWT.CR) {
                link(text.getCaretOffset(), follow);
            }
        });
        text.addPaintObjectListener(e -> {
            Image image = pictures.get(e.style.start);
            if (image != null) {
                e.gc.drawImage(image, e.x, e.y + e.ascent - e.style.metrics.ascent);
            }
        });
    }

    StyledText widget() {
        return text;
    }

    private void link(int at, Consumer<String> follow) {
        if (at < text.getCharCount() && text.getStyleRangeAtOffset(at) instanceof StyleRange r && r.underline && r.data instanceof String target) {
            follow.accept(target);
        }
    }

    /** Shows a page from an anchor on, with words marked. */
    void show(Handbook.Page page, String anchor, String words) {
        built.setLength(0);
        ranges.clear();
        anchors.clear();
        pictures.clear();
        indents.clear();
        page.blocks().forEach(this::block);
        mark(words);
        text.setRedraw(false);
        try {
            text.setText(built.toString());
            ranges.sort(java.util.Comparator.comparingInt(r -> r.start));
            ranges.forEach(text::setStyleRange);
            for (int[] i : indents) {
                int first = text.getLineAtOffset(i[0]);
                text.setLineIndent(first, 1, i[1]);
                text.setLineWrapIndent(first, 1, i[1] + i[2]);
            }
        } finally {
            text.setRedraw(true);
        }
        int at = anchors.getOrDefault(anchor, 0);
        text.setCaretOffset(at);
        text.setTopIndex(text.getLineAtOffset(at));
    }

    private void block(Block block) {
        switch (block) {
            case Block.Heading h -> {
                String plain = Markdown.plain(h.text());
                anchors.putIfAbsent(Markdown.anchor(plain), built.length());
                int from = built.length();
                spans(h.text());
                StyleRange whole = new StyleRange(from, built.length() - from, null, null, SWT.BOLD);
                whole.font = h.level() == 1 ? JFaceResources.getHeaderFont() : h.level() == 2 ? JFaceResources.getBannerFont() : null;
                ranges.removeIf(r -> r.start >= from);
                ranges.add(whole);
                built.append(h.level() == 1 ? "\n\n" : "\n");
            }
            case Block.Text t -> {
                indents.add(new int[] {built.length(), t.depth() * INDENT, t.mark().isEmpty() ? 0 : INDENT});
                if (!t.mark().isEmpty()) {
                    built.append(t.mark()).append(' ');
                }
                spans(t.text());
                built.append(t.depth() == 0 ? "\n\n" : "\n");
            }
            case Block.Code c -> {
                int from = built.length();
                for (String line : c.lines()) {
                    indents.add(new int[] {built.length(), INDENT, INDENT});
                    built.append(line).append('\n');
                }
                code(from, built.length() - from);
                built.append('\n');
            }
            case Block.Table t -> table(t);
            case Block.Picture p -> picture(p);
        }
    }

    /** As lines: narrow tables in columns of a fixed width, wide ones a heading and what belongs to it. */
    private void table(Block.Table t) {
        if (t.rows().isEmpty()) {
            return;
        }
        List<List<Span>> heads = t.rows().getFirst();
        for (List<List<Span>> row : t.rows().subList(1, t.rows().size())) {
            for (int i = 0; i < row.size(); i++) {
                if (row.get(i).isEmpty()) {
                    continue;
                }
                indents.add(new int[] {built.length(), i == 0 ? 0 : INDENT, INDENT});
                if (i == 0) {
                    int from = built.length();
                    spans(row.get(i));
                    ranges.add(new StyleRange(from, built.length() - from, null, null, SWT.BOLD));
                } else {
                    String head = i < heads.size() ? Markdown.plain(heads.get(i)) : "";
                    if (!head.isEmpty() && heads.size() > 2) {
                        int from = built.length();
                        built.append(head.length() > CELL ? head.substring(0, CELL) : head).append(": ");
                        ranges.add(new StyleRange(from, built.length() - from, null, null, SWT.ITALIC));
                    }
                    spans(row.get(i));
                }
                built.append('\n');
            }
        }
        built.append('\n');
    }

    private void picture(Block.Picture p) {
        URL url = FrameworkUtil.getBundle(PageText.class).getEntry("docs/" + p.path());
        if (url != null) {
            Image image = resources.create(ImageDescriptor.createFromURL(url));
            StyleRange r = new StyleRange();
            r.start = built.length();
            r.length = 1;
            r.metrics = new GlyphMetrics(image.getBounds().height, 0, image.getBounds().width);
            pictures.put(r.start, image);
            ranges.add(r);
            built.append('\uFFFC').append('\n');
        }
        built.append(p.what()).append("\n\n");
    }

    private void spans(List<Span> spans) {
        for (Span s : spans) {
            int from = built.length();
            built.append(s.text());
            int length = s.text().length();
            switch (s.style()) {
                case BOLD -> ranges.add(new StyleRange(from, length, null, null, SWT.BOLD));
                case ITALIC -> ranges.add(new StyleRange(from, length, null, null, SWT.ITALIC));
                case CODE -> code(from, length);
                case LINK -> {
                    StyleRange r = new StyleRange(from, length, JFaceResources.getColorRegistry().get("HYPERLINK_COLOR"), null);
                    r.underline = true;
                    r.underlineStyle = SWT.UNDERLINE_SINGLE;
                    r.data = s.target();
                    ranges.add(r);
                }
                case PLAIN -> { }
            }
        }
    }

    private void code(int from, int length) {
        StyleRange r = new StyleRange(from, length, null, null);
        r.font = mono();
        ranges.add(r);
    }

    private Font mono() {
        FontData[] data = JFaceResources.getTextFont().getFontData();
        return resources.create(org.eclipse.jface.resource.FontDescriptor.createFrom(data));
    }

    /** Frames what was looked for, so that it is seen in any theme. */
    private void mark(String words) {
        for (String w : words.strip().split("[^\\p{L}\\p{N}_-]+")) {
            if (w.length() < 2) {
                continue;
            }
            Matcher m = Pattern.compile(Pattern.quote(w), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE).matcher(built);
            while (m.find()) {
                int at = m.start();
                if (ranges.stream().noneMatch(r -> r.start < m.end() && at < r.start + r.length)) {
                    StyleRange r = new StyleRange(at, w.length(), null, null, SWT.BOLD);
                    r.borderStyle = SWT.BORDER_SOLID;
                    ranges.add(r);
                }
            }
        }
    }
}
