package org.zennet.publisher.internal.compare;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.verification.Comparison;
import org.zennet.api.verification.ResultComparer;

/** {@code exact}: the same bytes. Jobs that name it, or none, are compared by their hashes without asking it. */
@Component(name = "org.zennet.comparer.exact", service = ResultComparer.class,
        property = {ResultComparer.ID + "=exact", ResultComparer.LABEL + "=The same bytes", "service.ranking:Integer=-1000"})
public final class ExactComparer implements ResultComparer {
    @Override
    public boolean same(Comparison c) {
        return Arrays.equals(c.first().output(), c.second().output()) && c.first().files().keySet().equals(c.second().files().keySet())
                && c.first().files().keySet().stream().allMatch(n -> Arrays.equals(c.first().files().get(n), c.second().files().get(n)));
    }

    @Override
    public Optional<String> problem(Map<String, String> settings) {
        return settings.isEmpty() ? Optional.empty() : Optional.of("it has no settings");
    }
}
