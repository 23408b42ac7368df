package org.zennet.virtualization.image;

/** The names of entries in archives. */
public final class Names {
    private static final int LONGEST = 4096;

    private Names() { }

    /** The name without {@code ./} and closing slashes; refuses what leads out of the archive. */
    public static String inside(String name) throws InvalidImageException {
        String n = name;
        while (n.startsWith("./")) {
            n = n.substring(2);
        }
        while (n.endsWith("/")) {
            n = n.substring(0, n.length() - 1);
        }
        if (n.equals(".")) {
            n = "";
        }
        if (n.startsWith("/") || n.length() > LONGEST || n.indexOf('\0') >= 0) {
            throw new InvalidImageException("a name that leads out of the archive: " + shown(name));
        }
        for (String part : n.split("/")) {
            if (part.equals("..")) {
                throw new InvalidImageException("a name that leads out of the archive: " + shown(name));
            }
        }
        return n;
    }

    /** As people may see it: short, one line. */
    public static String shown(String name) {
        String s = name.replaceAll("[^ -~]", "?");
        return "'" + (s.length() > 60 ? s.substring(0, 60) + "..." : s) + "'";
    }
}
