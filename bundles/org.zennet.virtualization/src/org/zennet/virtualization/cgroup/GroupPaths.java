package org.zennet.virtualization.cgroup;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where a process lies in the control groups, as {@code /proc/PID/cgroup} tells. */
record GroupPaths(Map<String, String> byController, Optional<String> unified) {
    /** Reads the lines {@code 4:memory:/a/b} and {@code 0::/a/b}. */
    static GroupPaths parse(String text) {
        Map<String, String> v1 = new HashMap<>();
        String v2 = null;
        for (String line : text.split("\n")) {
            String[] p = line.split(":", 3);
            if (p.length != 3 || !p[2].startsWith("/") || p[2].contains("/../") || p[2].endsWith("/..")) {
                continue;
            }
            if (p[0].equals("0") && p[1].isEmpty()) {
                v2 = p[2];
            }
            for (String controller : p[1].split(",")) {
                if (!controller.isEmpty()) {
                    v1.put(controller, p[2]);
                }
            }
        }
        return new GroupPaths(Map.copyOf(v1), Optional.ofNullable(v2));
    }
}
