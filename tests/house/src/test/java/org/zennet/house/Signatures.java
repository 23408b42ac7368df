package org.zennet.house;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.ExceptionsAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.zennet.house.Product.Clause;
import org.zennet.house.Product.Jar;

/** What a bundle promises to those who compile against it: a line for each public type and member of its exported packages, in order. */
final class Signatures {
  private Signatures() {}

  /** The promise of a bundle, as text: packages with their versions, types, members. The same classes give the same text. */
  static String of(Jar bundle) {
    TreeMap<String, String> versions = new TreeMap<>();
    for (Clause clause : bundle.header("Export-Package")) {
      versions.put(clause.name(), clause.parameters().getOrDefault("version", "none"));
    }
    TreeMap<String, TreeMap<String, List<String>>> packages = new TreeMap<>();
    bundle.entries().forEach((path, bytes) -> {
      if (!path.endsWith(".class") || path.endsWith("package-info.class")) {
        return;
      }
      ClassModel c = ClassFile.of().parse(bytes);
      String name = c.thisClass().asInternalName().replace('/', '.');
      String inPackage = name.substring(0, name.lastIndexOf('.'));
      if (versions.containsKey(inPackage) && visible(flags(c))) {
        packages.computeIfAbsent(inPackage, p -> new TreeMap<>()).put(name.substring(inPackage.length() + 1), type(c));
      }
    });
    StringBuilder text = new StringBuilder();
    packages.forEach((name, types) -> {
      text.append("package ").append(name).append(' ').append(versions.get(name)).append('\n');
      types.forEach((type, lines) -> lines.forEach(l -> text.append(l.startsWith(" ") ? "    " + l.strip() : "  " + l).append('\n')));
    });
    return text.toString();
  }

  /** An inner type's own flags stand in the list of inner types. */
  private static java.util.Set<AccessFlag> flags(ClassModel c) {
    return c.findAttribute(Attributes.innerClasses())
        .flatMap(all -> all.classes().stream().filter(i -> i.innerClass().equals(c.thisClass())).findFirst())
        .map(i -> i.flags()).orElse(c.flags().flags());
  }

  private static boolean visible(java.util.Set<AccessFlag> flags) {
    return flags.contains(AccessFlag.PUBLIC) || flags.contains(AccessFlag.PROTECTED);
  }

  private static List<String> type(ClassModel c) {
    List<String> lines = new ArrayList<>();
    java.util.Set<AccessFlag> flags = flags(c);
    boolean record = c.findAttribute(Attributes.record()).isPresent();
    String kind = flags.contains(AccessFlag.ANNOTATION) ? "@interface" : flags.contains(AccessFlag.INTERFACE) ? "interface"
        : flags.contains(AccessFlag.ENUM) ? "enum" : record ? "record" : "class";
    StringBuilder head = new StringBuilder();
    for (AccessFlag f : List.of(AccessFlag.PROTECTED, AccessFlag.ABSTRACT, AccessFlag.FINAL)) {
      if (flags.contains(f) && (f != AccessFlag.ABSTRACT || kind.equals("class")) && (f != AccessFlag.FINAL || kind.equals("class"))) {
        head.append(f.name().toLowerCase()).append(' ');
      }
    }
    head.append(kind).append(' ').append(simple(c.thisClass()));
    c.findAttribute(Attributes.record()).ifPresent(r -> head.append(r.components().stream()
        .map(x -> x.findAttribute(Attributes.signature()).map(s -> readable(s.signature().stringValue()))
            .orElse(x.descriptorSymbol().displayName()) + " " + x.name().stringValue()).collect(Collectors.joining(", ", "(", ")"))));
    String parent = c.superclass().map(ClassEntry::asInternalName).orElse("");
    if (!List.of("", "java/lang/Object", "java/lang/Enum", "java/lang/Record").contains(parent)) {
      head.append(" extends ").append(parent.replace('/', '.'));
    }
    if (!c.interfaces().isEmpty()) {
      head.append(" implements ").append(c.interfaces().stream().map(i -> i.asInternalName().replace('/', '.')).sorted().collect(Collectors.joining(", ")));
    }
    TreeSet<String> annotations = new TreeSet<>();
    c.findAttribute(Attributes.runtimeInvisibleAnnotations()).ifPresent(a -> a.annotations().forEach(x -> annotations.add(x.classSymbol().displayName())));
    annotations.retainAll(List.of("ConsumerType", "ProviderType"));
    head.append(annotations.isEmpty() ? "" : " @" + annotations.first());
    lines.add(head.toString());
    TreeSet<String> members = new TreeSet<>();
    int ordinal = 0;
    for (FieldModel f : c.fields()) {
      if (f.flags().has(AccessFlag.ENUM)) {
        lines.add(" constant " + ordinal++ + " " + f.fieldName().stringValue());
      } else if (visible(f.flags().flags())) {
        String value = f.findAttribute(Attributes.constantValue()).map(v -> " = " + constant(v.constant().constantValue())).orElse("");
        members.add(" field " + modifiers(f.flags()) + f.fieldTypeSymbol().displayName() + " " + f.fieldName().stringValue() + value);
      }
    }
    for (MethodModel m : c.methods()) {
      if (visible(m.flags().flags()) && !m.flags().has(AccessFlag.SYNTHETIC) && !m.flags().has(AccessFlag.BRIDGE) && !generated(m, kind)) {
        members.add(" " + method(m, c, kind));
      }
    }
    lines.addAll(members);
    return lines;
  }

  private static boolean generated(MethodModel m, String kind) {
    String name = m.methodName().stringValue();
    return kind.equals("enum") && (name.equals("values") || name.equals("valueOf"))
        || kind.equals("record") && List.of("toString", "hashCode", "equals").contains(name);
  }

  private static String method(MethodModel m, ClassModel c, String kind) {
    MethodTypeDesc type = m.methodTypeSymbol();
    boolean constructor = m.methodName().equalsString("<init>");
    String throwing = m.findAttribute(Attributes.exceptions()).map(ExceptionsAttribute::exceptions).orElse(List.of()).stream()
        .map(e -> e.asInternalName().substring(e.asInternalName().lastIndexOf('/') + 1)).sorted().collect(Collectors.joining(", "));
    String generic = m.findAttribute(Attributes.signature()).map(s -> "  // " + readable(s.signature().stringValue())).orElse("");
    return (constructor ? "new " : "method ") + (kind.equals("interface") && !m.flags().has(AccessFlag.ABSTRACT) && !m.flags().has(AccessFlag.STATIC) ? "default " : "")
        + modifiers(m.flags()) + (constructor ? simple(c.thisClass()) : type.returnType().displayName() + " " + m.methodName().stringValue())
        + type.parameterList().stream().map(p -> p.displayName()).collect(Collectors.joining(", ", "(", ")")) + (throwing.isEmpty() ? "" : " throws " + throwing) + generic;
  }

  private static String modifiers(AccessFlags flags) {
    StringBuilder all = new StringBuilder();
    for (AccessFlag f : List.of(AccessFlag.PROTECTED, AccessFlag.STATIC)) {
      all.append(flags.has(f) ? f.name().toLowerCase() + " " : "");
    }
    return all.toString();
  }

  private static String constant(ConstantDesc value) {
    return value instanceof String s ? '"' + s + '"' : value.toString();
  }

  private static String simple(ClassEntry c) {
    String name = c.asInternalName();
    return name.substring(name.lastIndexOf('/') + 1).replace('$', '.');
  }

  /** A generic signature without the noise of the class file's notation. */
  private static String readable(String signature) {
    return signature.replaceAll("L[a-z/]*/([A-Z])", "$1").replace(';', ' ').replace(" >", ">").strip();
  }
}
