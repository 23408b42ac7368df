package org.zennet.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.Annotation;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.RuntimeInvisibleAnnotationsAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

import org.junit.jupiter.api.Test;
import org.zennet.house.Product.Jar;

/** Every rule is seen failing: a rule that can't fail keeps nothing. */
class RulesTest {
  private final Jar api = jar("org.zennet.api", Map.of("Export-Package", "org.zennet.api.value;version=\"1.0.0\";uses:=\"a,b\""));
  private final Jar store = jar("org.zennet.store", Map.of("Export-Package", "org.zennet.store;version=1", "Import-Package", "org.zennet.api.value;version=\"[1,2)\""));

  @Test
  void anImportOutsideTheTableIsFound() {
    Jar market = jar("org.zennet.market", Map.of("Export-Package", "org.zennet.market.machine,org.zennet.market.registry"));
    assertEquals(List.of(), Rules.imports(product(api, store, jar("org.zennet.publisher", Map.of("Import-Package", "org.zennet.store,org.zennet.api.value")))));
    assertEquals(List.of("org.zennet.pricing imports org.zennet.store of [org.zennet.store]"),
        Rules.imports(product(api, store, jar("org.zennet.pricing", Map.of("Import-Package", "org.zennet.store")))));
    assertEquals(List.of("org.zennet.provider imports org.zennet.market.registry of [org.zennet.market]"),
        Rules.imports(product(market, jar("org.zennet.provider", Map.of("Import-Package", "org.zennet.market.machine,org.zennet.market.registry")))));
    assertEquals(List.of("org.zennet.api imports org.zennet.store of [org.zennet.store]"),
        Rules.imports(product(store, api, jar("org.zennet.api", Map.of("Import-Package", "org.zennet.store")))));
    assertEquals(List.of("org.zennet.wallet requires org.eclipse.core.runtime"),
        Rules.imports(product(jar("org.zennet.wallet", Map.of("Require-Bundle", "org.eclipse.core.runtime")))));
    assertEquals(List.of("org.zennet.newcomer is not in the table of the design"), Rules.imports(product(jar("org.zennet.newcomer", Map.of()))));
  }

  @Test
  void theMachinesOfTheChainAreNotForTheWallet() {
    Jar blockchain = jar("org.zennet.blockchain", Map.of("Export-Package", "org.zennet.blockchain,org.zennet.blockchain.machine"));
    assertEquals(List.of("org.zennet.wallet imports org.zennet.blockchain.machine of [org.zennet.blockchain]"),
        Rules.imports(product(blockchain, jar("org.zennet.wallet", Map.of("Import-Package", "org.zennet.blockchain,org.zennet.blockchain.machine")))));
  }

  @Test
  void anImportOfAFaceIsFound() {
    Jar face = jar("org.zennet.headless", Map.of("Export-Package", "org.zennet.headless.cli"));
    assertEquals(List.of("stranger imports org.zennet.headless.cli of org.zennet.headless"),
        Rules.faces(product(face, jar("stranger", Map.of("Import-Package", "org.zennet.headless.cli")))));
  }

  @Test
  void anExportedInternalIsFound() {
    assertEquals(List.of("org.zennet.store exports org.zennet.store.internal.h2"),
        Rules.internals(product(jar("org.zennet.store", Map.of("Export-Package", "org.zennet.store;version=1,org.zennet.store.internal.h2")))));
  }

  @Test
  void aComponentWithoutDescriptorIsFound() {
    byte[] component = ClassFile.of().build(ClassDesc.of("org.zennet.store.internal.Forgotten"),
        b -> b.with(RuntimeInvisibleAnnotationsAttribute.of(Annotation.of(ClassDesc.of("org.osgi.service.component.annotations.Component")))));
    String xml = "<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.4.0\" name=\"x\"><service><provide interface=\"x.Y\"/></service>"
        + "<implementation class=\"org.zennet.store.internal.Forgotten\"/></scr:component>";
    assertEquals(List.of("org.zennet.store has no descriptor of the component org.zennet.store.internal.Forgotten"),
        Rules.descriptors(product(jar("org.zennet.store", Map.of(), Map.of("org/zennet/store/internal/Forgotten.class", component)))));
    assertEquals(List.of(), Rules.descriptors(product(jar("org.zennet.store", Map.of("Service-Component", "OSGI-INF/x.xml"),
        Map.of("org/zennet/store/internal/Forgotten.class", component, "OSGI-INF/x.xml", xml.getBytes(StandardCharsets.UTF_8))))));
  }

  @Test
  void aComponentThatStartsByItselfIsFound() {
    String xml = "<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.4.0\" name=\"x\"%s><implementation class=\"x.Starter\"/></scr:component>";
    assertEquals(List.of("x.Starter starts when its bundle is installed: give it configurationPolicy = REQUIRE"), Rules.roots(product(described(xml.formatted("")))));
    assertEquals(List.of(), Rules.roots(product(described(xml.formatted(" configuration-policy=\"require\"")))));
  }

  @Test
  void aCycleOfReferencesIsFound() {
    var a = new Rules.Component("b", "x.A", Set.of("s.A"), Set.of("s.B"), false, false);
    var b = new Rules.Component("b", "x.B", Set.of("s.B"), Set.of("s.C"), false, false);
    var c = new Rules.Component("b", "x.C", Set.of("s.C"), Set.of("s.A"), false, false);
    assertEquals(List.of("x.A -> x.B -> x.C -> x.A"), Rules.cycles(List.of(a, b, c)));
    assertEquals(List.of(), Rules.cycles(List.of(a, b)));
  }

  @Test
  void anImpureMachineIsFound() {
    assertEquals(List.of(), Rules.impure(code(c -> c.return_())));
    assertEquals(List.of("x/machine/M uses java/lang/System.nanoTime"), Rules.impure(code(c -> c
        .invokestatic(ClassDesc.of("java.lang.System"), "nanoTime", MethodTypeDesc.of(ConstantDescs.CD_long)).pop2().return_())));
    assertEquals(List.of("x/machine/M uses java/util/Random"), Rules.impure(code(c -> c.new_(ClassDesc.of("java.util.Random")).pop().return_())));
    assertEquals(List.of("x/machine/M uses java/io/File"), Rules.impure(code(c -> c.aconst_null().checkcast(ClassDesc.of("java.io.File").arrayType()).pop().return_())));
    assertEquals(List.of("x/machine/M uses java/time/Instant.now"), Rules.impure(code(c -> c
        .invokestatic(ClassDesc.of("java.time.Instant"), "now", MethodTypeDesc.of(ClassDesc.of("java.time.Instant"))).pop().return_())));
    assertEquals(List.of("no machine was found at all"), Rules.machines(product(api)));
  }

  @Test
  void aDesktopInTheHeadlessProductIsFound() {
    byte[] widget = code(c -> c.new_(ClassDesc.of("org.eclipse.swt.widgets.Shell")).pop().return_());
    assertEquals(List.of("the bundle org.eclipse.swt", "x.class uses org/eclipse/swt/widgets/Shell"),
        Rules.desktop(product(jar("org.eclipse.swt", Map.of()), jar("org.zennet.store", Map.of(), Map.of("x.class", widget)))));
  }

  @Test
  void headersAreReadAsTheyAreWritten() {
    var clauses = Product.clauses("a.b;c;version=\"[1,2)\";uses:=\"x,y;z\",d;resolution:=optional");
    assertEquals(List.of("a.b", "c", "d"), clauses.stream().map(Product.Clause::name).toList());
    assertEquals("optional", clauses.get(2).parameters().get("resolution"));
    assertEquals("[1,2)", clauses.get(0).parameters().get("version"));
    assertTrue(Product.clauses(null).isEmpty());
  }

  private static byte[] code(Consumer<CodeBuilder> code) {
    return ClassFile.of().build(ClassDesc.of("x.machine.M"), b -> b.withMethodBody("m", MethodTypeDesc.of(ConstantDescs.CD_void), ClassFile.ACC_STATIC, code));
  }

  private static Jar described(String xml) {
    return jar("org.zennet.store", Map.of("Service-Component", "OSGI-INF/x.xml"), Map.of("OSGI-INF/x.xml", xml.getBytes(StandardCharsets.UTF_8)));
  }

  private static Product product(Jar... jars) {
    return new Product(Path.of("none"), List.of(jars));
  }

  private static Jar jar(String name, Map<String, String> headers) {
    return jar(name, headers, Map.of());
  }

  private static Jar jar(String name, Map<String, String> headers, Map<String, byte[]> entries) {
    Manifest manifest = new Manifest();
    headers.forEach((k, v) -> manifest.getMainAttributes().put(new Attributes.Name(k), v));
    return new Jar(name, Path.of(name + ".jar"), manifest, entries);
  }
}
