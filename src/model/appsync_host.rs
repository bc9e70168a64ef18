//! [`AppSyncHost`]: the host names that AWS gives to AppSync APIs.

/// `ID.appsync-api.REGION.amazonaws.com`, in China `….amazonaws.com.cn`. Only AWS can answer at such a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppSyncHost<'a> {
    id: &'a str,
    region: &'a str,
    domain: &'a str,
}

impl<'a> AppSyncHost<'a> {
    /// The parts of a host's name; none if it is not one of AppSync's. Sub-domains of other services are not, such as those of
    /// load balancers and buckets, whose owners choose what answers there.
    pub fn parse(host: &'a str) -> Option<Self> {
        let (id, rest) = host.split_once(".appsync-api.")?;
        let (region, domain) = rest.split_once('.')?;
        let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let is_region = is_label(region) && region.contains('-') && region.ends_with(|c: char| c.is_ascii_digit());
        let is_aws = matches!(domain, "amazonaws.com" | "amazonaws.com.cn");
        (is_label(id) && is_region && is_aws).then_some(Self { id, region, domain })
    }

    /// The AWS region.
    pub fn region(self) -> &'a str {
        self.region
    }

    /// The host of the same API's sockets.
    pub fn realtime(self) -> String {
        format!("{}.appsync-realtime-api.{}.{}", self.id, self.region, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_service_itself_count() {
        let host = AppSyncHost::parse("abc.appsync-api.eu-west-1.amazonaws.com").expect("AppSync's");
        assert_eq!((host.region(), host.realtime().as_str()), ("eu-west-1", "abc.appsync-realtime-api.eu-west-1.amazonaws.com"));
        assert!(AppSyncHost::parse("abc.appsync-api.cn-north-1.amazonaws.com.cn").is_some());
        for other in [
            "abc.appsync-api.eu-west-1.amazonaws.com.evil.example",
            "abc.appsync-api.evil.example",
            "abc.appsync-api.s3.amazonaws.com",
            "abc.appsync-api.lb-1.us-east-1.elb.amazonaws.com",
            "evil.abc.appsync-api.eu-west-1.amazonaws.com",
            ".appsync-api.eu-west-1.amazonaws.com",
            "api.example.com",
        ] {
            assert_eq!(AppSyncHost::parse(other), None, "{other}");
        }
    }
}
