/// The fields of the Kubernetes API (1.37) at the places that bear on the network.
enum KnownFields {
  static let metadata = [
    "name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "finalizers",
    "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
    "deletionGracePeriodSeconds", "selfLink", "managedFields", "clusterName",
  ]
  static let owner = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"]
  static let podSpec = [
    "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "containers", "dnsConfig",
    "dnsPolicy", "enableServiceLinks", "ephemeralContainers", "hostAliases", "hostIPC",
    "hostNetwork", "hostPID", "hostUsers", "hostname", "hostnameOverride", "imagePullSecrets",
    "initContainers", "nodeName", "nodeSelector", "os", "overhead", "preemptionPolicy", "priority",
    "priorityClassName", "readinessGates", "resourceClaims", "resources", "restartPolicy",
    "runtimeClassName", "schedulerName", "schedulingGates", "schedulingGroup", "securityContext",
    "serviceAccount", "serviceAccountName", "setHostnameAsFQDN", "shareProcessNamespace",
    "subdomain", "terminationGracePeriodSeconds", "tolerations", "topologySpreadConstraints",
    "volumes", "workloadRef",
  ]
  static let container = [
    "args", "command", "env", "envFrom", "image", "imagePullPolicy", "lifecycle", "livenessProbe",
    "name", "ports", "readinessProbe", "resizePolicy", "resources", "restartPolicy",
    "restartPolicyRules", "securityContext", "startupProbe", "stdin", "stdinOnce",
    "targetContainerName", "terminationMessagePath", "terminationMessagePolicy", "tty",
    "volumeDevices", "volumeMounts", "workingDir",
  ]
  static let containerPort = ["containerPort", "hostIP", "hostPort", "name", "protocol"]
  static let servicePort = ["appProtocol", "name", "nodePort", "port", "protocol", "targetPort"]
  static let object = ["apiVersion", "kind", "metadata", "spec", "status"]
}
