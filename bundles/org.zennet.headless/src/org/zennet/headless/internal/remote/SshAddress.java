package org.zennet.headless.internal.remote;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.services.Rejected;

/**
 * {@code ssh://[USER@]HOST[:PORT][/DIR]}. Only what can't be taken for an option of ssh or a word of a shell passes.
 *
 * @param directory the data directory there; empty for {@code .zennet} in the user's home
 */
record SshAddress(String text, Optional<String> user, String host, int port, Optional<String> directory) {
    private static final Pattern FORM = Pattern.compile("ssh://(?:([A-Za-z_][A-Za-z0-9._-]{0,63})@)?"
            + "([A-Za-z0-9][A-Za-z0-9._-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?(/[A-Za-z0-9._/+-]{0,400})?");

    static SshAddress parse(String text) throws Rejected {
        Matcher m = FORM.matcher(text);
        int port = m.matches() && m.group(3) != null ? Integer.parseInt(m.group(3)) : 0;
        if (!m.matches() || m.group(3) != null && (port < 1 || port > 65535)) {
            throw new Rejected("'" + text + "' is no address of a machine; write for example ssh://host, ssh://user@host:22 or ssh://host/var/lib/zennet");
        }
        Optional<String> directory = Optional.ofNullable(m.group(4)).filter(d -> d.length() > 1);
        if (directory.isPresent() && directory.get().contains("..")) {
            throw new Rejected("'" + text + "': write the directory without '..'");
        }
        String host = m.group(2).startsWith("[") ? m.group(2).substring(1, m.group(2).length() - 1) : m.group(2);
        return new SshAddress(text, Optional.ofNullable(m.group(1)), host, port, directory);
    }

    /** Prints the control sockets under the data directory, a line each; a command for the shell there. */
    String lookup() {
        String where = directory.map(d -> "'" + d + "'").orElse("\"$HOME\"/.zennet");
        return "for s in " + where + "/*/control.sock; do test -S \"$s\" && echo \"$s\"; done; exit 0";
    }
}
