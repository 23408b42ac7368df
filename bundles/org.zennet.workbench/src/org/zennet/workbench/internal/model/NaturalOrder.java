package org.zennet.workbench.internal.model;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order that people expect of a column: by number where the cells are numbers, and {@code task-9} before {@code task-10}. */
public final class NaturalOrder implements Comparator<String> {
    /** The one order. */
    public static final NaturalOrder INSTANCE = new NaturalOrder();
    private static final Pattern PIECE = Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?|[^0-9]+");
    private static final Pattern INNER = Pattern.compile("[0-9]+|[^0-9]+");

    private NaturalOrder() { }

    @Override
    public int compare(String a, String b) {
        if (startsWithNumber(a) && startsWithNumber(b)) {
            Matcher ma = PIECE.matcher(a);
            Matcher mb = PIECE.matcher(b);
            ma.find();
            mb.find();
            int order = new BigDecimal(ma.group()).compareTo(new BigDecimal(mb.group()));
            return order != 0 ? order : pieces(a.substring(ma.end()), b.substring(mb.end()));
        }
        return pieces(a, b);
    }

    private static boolean startsWithNumber(String s) {
        return PIECE.matcher(s).lookingAt() && s.matches("[+-]?[0-9].*");
    }

    private static int pieces(String a, String b) {
        Matcher ma = INNER.matcher(a);
        Matcher mb = INNER.matcher(b);
        while (ma.find()) {
            if (!mb.find()) {
                return 1;
            }
            int order = Character.isDigit(ma.group().charAt(0)) && Character.isDigit(mb.group().charAt(0))
                    ? new BigDecimal(ma.group()).compareTo(new BigDecimal(mb.group())) : ma.group().compareToIgnoreCase(mb.group());
            if (order != 0) {
                return order;
            }
        }
        return mb.find() ? -1 : 0;
    }
}
