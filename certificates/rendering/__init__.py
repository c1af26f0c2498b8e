from certificates.rendering.document import CertificateContent, RenderedCertificate, render

__all__ = ["CertificateContent", "RenderedCertificate", "render"]
